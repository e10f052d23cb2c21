package io.clustercontroller.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one {@link EtcdProcess} of the test run as a parameter. It is started
 * when it is first asked for and ends with the run. Whoever uses it stays within a
 * {@linkplain EtcdProcess#newEnvironment() key space of their own} and does it no harm.
 */
public class EtcdExtension implements ParameterResolver {

	private static final Namespace NAMESPACE = Namespace.create(EtcdExtension.class);

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		return parameter.getParameter().getType() == EtcdProcess.class;
	}

	@Override
	public EtcdProcess resolveParameter(ParameterContext parameter, ExtensionContext context) {
		// what is AutoCloseable is closed with the root context, at the end of the run
		return context.getRoot()
			.getStore(NAMESPACE)
			.computeIfAbsent(EtcdProcess.class, (type) -> EtcdProcess.launchShared(), EtcdProcess.class);
	}

}
