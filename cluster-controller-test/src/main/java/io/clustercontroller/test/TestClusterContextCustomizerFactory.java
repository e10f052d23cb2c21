package io.clustercontroller.test;

import java.util.List;

import io.clustercontroller.Role;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Finds {@link AutoConfigureTestCluster}. The role is part of the key under which Spring
 * keeps contexts, so contexts that start in different roles are different ones.
 */
final class TestClusterContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		AutoConfigureTestCluster annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass,
				AutoConfigureTestCluster.class);
		return (annotation != null) ? new Customizer(annotation.role()) : null;
	}

	private record Customizer(Role role) implements ContextCustomizer {

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
			new TestCluster(this.role).initialize(context);
		}

	}

}
