package io.clustercontroller.template;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.loader.ResourceLocator;

/**
 * Finds what a template includes, extends or imports: below its own folder only, as
 * Jinja2 does.
 *
 * @param template the template that is rendered
 */
record TemplateFolder(Path template) implements ResourceLocator {

	@Override
	public String getString(String name, Charset charset, JinjavaInterpreter interpreter) throws IOException {
		Path file = resolve(name);
		if (!file.startsWith(this.template.resolveSibling("")) || !Files.isRegularFile(file)) {
			throw new NoSuchFileException(name);
		}
		return Files.readString(file, charset);
	}

	Path resolve(String name) {
		return this.template.resolveSibling(name).normalize();
	}

}
