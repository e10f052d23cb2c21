package io.clustercontroller.coordination;

import java.util.List;
import java.util.Map;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Matches the coordinator that the environment chooses. A name nobody knows matches
 * nothing; that it is wrong is said where the properties are bound.
 */
class OnCoordinatorCondition extends SpringBootCondition implements ConfigurationCondition {

	/** Named, not known: this package is below that one. */
	private static final String CONNECTION_DETAILS = "io.clustercontroller.coordination.etcd.EtcdConnectionDetails";

	/** Late enough to see what Testcontainers or Docker Compose have brought. */
	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Map<String, Object> attributes = metadata.getAnnotationAttributes(ConditionalOnCoordinator.class.getName());
		String wanted = (attributes != null) ? String.valueOf(attributes.get("value")) : "";
		String chosen = chosen(context);
		ConditionMessage message = ConditionMessage.forCondition(ConditionalOnCoordinator.class, wanted)
			.because("the coordinator is '" + chosen + "'");
		return new ConditionOutcome(chosen.equalsIgnoreCase(wanted), message);
	}

	private static String chosen(ConditionContext context) {
		Binder binder = Binder.get(context.getEnvironment());
		String name = binder.bind("cluster-controller.coordinator", String.class).orElse(null);
		if (name == null || name.isBlank()) {
			return "etcd";
		}
		if (name.trim().equalsIgnoreCase("auto")) {
			return (hasHosts(binder) || hasConnection(context)) ? "etcd" : "local";
		}
		return name.trim();
	}

	private static boolean hasHosts(Binder binder) {
		List<String> hosts = binder.bind("cluster-controller.etcd.hosts", Bindable.listOf(String.class)).orElse(null);
		return hosts != null && hosts.stream().anyMatch(StringUtils::hasText);
	}

	private static boolean hasConnection(ConditionContext context) {
		ConfigurableListableBeanFactory beans = context.getBeanFactory();
		return beans != null
				&& beans.getBeanNamesForType(ClassUtils.resolveClassName(CONNECTION_DETAILS, context.getClassLoader()),
						true, false).length > 0;
	}

}
