package io.clustercontroller.template;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;

import io.clustercontroller.template.TemplateProperties.Template;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Renders the templates once per start of the application context: all of them first, so
 * that one that is broken changes no file, then writes one file after the other.
 */
final class TemplateLifecycle implements SmartLifecycle {

	/**
	 * After the cluster has given this instance its role (512 before the default phase)
	 * and the gates are open (384), before the service that reads the files (128).
	 */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 256;

	private static final Logger logger = LoggerFactory.getLogger(TemplateLifecycle.class);

	private final List<Template> templates;

	private final TemplateRenderer renderer;

	private final CheckCommand check;

	private volatile boolean running;

	TemplateLifecycle(List<Template> templates, TemplateRenderer renderer, CheckCommand check) {
		this.templates = templates;
		this.renderer = renderer;
		this.check = check;
	}

	@Override
	public void start() {
		List<byte[]> contents = new ArrayList<>();
		for (Template template : this.templates) {
			contents.add(this.renderer.render(template.source()).getBytes(StandardCharsets.UTF_8));
		}
		for (int i = 0; i < contents.size(); i++) {
			publish(this.templates.get(i), contents.get(i));
		}
		this.running = true;
	}

	private void publish(Template template, byte[] content) {
		try {
			TargetFile target = TargetFile.of(template.target());
			if (target.has(content)) {
				logger.info("'{}' is already as '{}' renders it", template.target(), template.source());
				return;
			}
			target.replace(content, template.source(), (file) -> this.check.run(template, file));
			logger.info("Wrote '{}' from the template '{}'", template.target(), template.source());
		}
		catch (IOException ex) {
			throw new TemplateException(
					"'" + template.target() + "', which '" + template.source() + "' renders, cannot be written: "
							+ reason(ex) + ".",
					"Check that the folder exists and is not full, and that this process may write to it: a new file "
							+ "is made beside the old one.",
					ex);
		}
	}

	private static String reason(IOException exception) {
		if (exception instanceof FileSystemException failure && failure.getReason() != null) {
			return failure.getReason() + " ('" + failure.getFile() + "')";
		}
		return (exception instanceof AccessDeniedException) ? "permission denied ('" + exception.getMessage() + "')"
				: exception.toString();
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** A context that is paused goes on with the files that it has. */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
