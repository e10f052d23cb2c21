package io.clustercontroller.template;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches where anything is said about templates, right or wrong: what is wrong is said
 * where the properties are bound.
 */
class OnTemplatesCondition extends SpringBootCondition {

	private static final ConfigurationPropertyName NAME = ConfigurationPropertyName.of(TemplateProperties.NAME);

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Templates");
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(context.getEnvironment())) {
			if (speaksOfTemplates(source)) {
				return ConditionOutcome.match(message.because("'" + NAME + "' is set"));
			}
		}
		return ConditionOutcome.noMatch(message.because("'" + NAME + "' is not set"));
	}

	private static boolean speaksOfTemplates(ConfigurationPropertySource source) {
		ConfigurationProperty list = source.getConfigurationProperty(NAME);
		return source.containsDescendantOf(NAME) == ConfigurationPropertyState.PRESENT
				|| (list != null && !list.getValue().toString().isBlank());
	}

}
