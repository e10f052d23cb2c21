package io.clustercontroller.examples.postgres;

import java.nio.file.Path;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the server is.
 *
 * @param folder absolute path of the folder that has the data and the socket
 * @param port port on loopback, and number of the socket
 * @param database name of the database that is made at the first start, backed up and
 * restored
 */
@ConfigurationProperties("postgres")
record PostgresProperties(Path folder, int port, String database) {
}
