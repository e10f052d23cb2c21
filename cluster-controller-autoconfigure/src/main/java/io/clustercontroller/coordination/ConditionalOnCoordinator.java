package io.clustercontroller.coordination;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Conditional;

/**
 * Matches where {@code cluster-controller.coordinator} chooses the given coordinator.
 * {@code etcd} is chosen by that name, by default, and by {@code auto} where
 * {@code cluster-controller.etcd.hosts} is given or a bean says how to connect to etcd,
 * as Testcontainers and Docker Compose bring one; {@code local} by that name, and by
 * {@code auto} without.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Conditional(OnCoordinatorCondition.class)
public @interface ConditionalOnCoordinator {

	/** The coordinator to match: {@code etcd} or {@code local}. */
	String value();

}
