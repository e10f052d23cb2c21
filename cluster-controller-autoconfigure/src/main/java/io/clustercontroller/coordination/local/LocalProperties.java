package io.clustercontroller.coordination.local;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of the local coordinator.
 *
 * @param directory Folder that all instances on this machine share. Default is the folder
 * 'cluster-controller-{user}' in the one for temporary files.
 */
@ConfigurationProperties("cluster-controller.local")
record LocalProperties(@Nullable Path directory) {
}
