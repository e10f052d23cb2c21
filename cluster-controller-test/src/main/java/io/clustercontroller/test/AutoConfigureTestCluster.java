package io.clustercontroller.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.clustercontroller.Role;

/**
 * Gives the application of a test, such as one with {@code @SpringBootTest}, a
 * {@link TestCluster} in place of etcd or the local folder. The cluster is a bean, one
 * for each application context. Environment and service are {@code test} unless the
 * application names its own.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface AutoConfigureTestCluster {

	/** The role that the application has when it has started. */
	Role role() default Role.MASTER;

}
