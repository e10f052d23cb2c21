package io.clustercontroller.template;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import io.clustercontroller.coordination.TimeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TemplateRenderer}. Where nothing else is said, Jinja2 3.1 with
 * {@code StrictUndefined} and {@code keep_trailing_newline} gives the same.
 */
class TemplateRendererTests {

	@TempDir
	private Path folder;

	private final Map<String, String> environment = new HashMap<>(Map.of("NAME", "web", "PORT", "8080", "HOSTS",
			"a:1, b:2,c:3", "EMPTY", "", "PASSWORD", "s3cret", "BRACES", "{{ NAME }}"));

	private TimeSource time = TimeSource.SYSTEM;

	@Test
	void rendersConfigurationOfNginx() {
		this.environment.put("BACKENDS", "10.0.0.1:8080,10.0.0.2:8080");
		this.environment.put("DOMAINS", "example.org, www.example.org");
		this.environment.put("TLS", "on");
		assertThat(render("""
				# {{ NAME }}
				upstream app {
				{%- for backend in BACKENDS %}
				    server {{ backend }}{{ ' backup' if not loop.first }};
				{%- endfor %}
				}
				server {
				    listen {{ PORT }}{{ ' ssl' if TLS == 'on' }};
				    server_name {{ DOMAINS | join(' ') }};
				    client_max_body_size {{ MAX_BODY | default('10m') }};
				    {# PHP is not executed #}
				    location ~ \\.php$ { return 404; }
				    location / {
				        proxy_pass http://app;
				        proxy_set_header Host $host;
				    }
				}
				""")).isEqualTo("""
				# web
				upstream app {
				    server 10.0.0.1:8080;
				    server 10.0.0.2:8080 backup;
				}
				server {
				    listen 8080 ssl;
				    server_name example.org www.example.org;
				    client_max_body_size 10m;
				   \s
				    location ~ \\.php$ { return 404; }
				    location / {
				        proxy_pass http://app;
				        proxy_set_header Host $host;
				    }
				}
				""");
	}

	@Test
	void rendersConfigurationOfHaproxy() {
		assertThat(render("""
				{% set check = 'check inter 2s' -%}
				backend {{ NAME | upper }}
				{% for host in HOSTS %}
				  {%- set address = host.split(':') %}
				  server {{ address[0] }} {{ host }} {{ check }} weight {{ (address[1] | int) * 10 }}
				{%- endfor %}
				{% if STATS is defined %}
				listen stats
				{% endif %}
				""")).isEqualTo("""
				backend WEB

				  server a a:1 check inter 2s weight 10
				  server b b:2 check inter 2s weight 20
				  server c c:3 check inter 2s weight 30

				""");
	}

	@ParameterizedTest
	@CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
			{{ NAME }} {{NAME}} => web web
			{{ HOSTS | join(',') }} => a:1,b:2,c:3
			{{ HOSTS[0] }} {{ HOSTS[-1] }} => a:1 c:3
			{{ HOSTS | length }} => 3
			{{ EMPTY | default('x') }} => ``
			{{ EMPTY | default('x', true) }} => x
			{{ EMPTY | d('x', boolean=True) }} => x
			{{ NONE | default('x') }} => x
			{{ NONE | default }} => ``
			{{ HOSTS[3] | default('x') }} => x
			{{ 'x' if NONE is defined else 'y' }} => y
			{{ 'x' if NONE is undefined else 'y' }} => x
			{{ 'x' if NAME is defined and 1 }} => x
			{{ 'x' if NAME == 'other' }} => ``
			{{ 'x' if none is none }} => x
			{{ BRACES }} => {{ NAME }}
			{% raw %}{{ NAME }}{% endraw %} => {{ NAME }}
			{{ '\\\\.' }}\\. => \\.\\.
			{{ PORT | int + 1 }} => 8081
			{% if '8080' in [PORT] %}x{% endif %} => x
			{{ {'a': 'b'}['a'] }} => b
			{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(1) }} => <1>
			""")
	void understandsJinja2(String template, String result) {
		assertThat(render(template)).isEqualTo(result);
	}

	/** Jinja2 would loop over its characters, which nobody wants of a list of one. */
	@Test
	void loopsOnceOverOneValue() {
		assertThat(render("{% for host in NAME %}[{{ host }}]{% endfor %}")).isEqualTo("[web]");
	}

	@Test
	void keepsLineFeedAtEnd() {
		assertThat(render("a\n")).isEqualTo("a\n");
		assertThat(render("a")).isEqualTo("a");
		assertThat(render("{% if NAME %}\na\n{% endif %}\n")).isEqualTo("\na\n\n");
	}

	@Test
	void includesImportsAndExtendsFilesOfItsFolder() throws IOException {
		Files.createDirectory(this.folder.resolve("parts"));
		write("parts/included.j2", "[{{ NAME }}]");
		write("parts/macros.j2", "{% macro port(x) %}:{{ x }}{% endmacro %}");
		write("base.j2", "begin {% block body %}{% endblock %} end");
		assertThat(render("""
				{% extends 'base.j2' %}{% block body %}{% include 'parts/included.j2' %}\
				{% from 'parts/macros.j2' import port %}{{ port(PORT) }}{% endblock %}"""))
			.isEqualTo("begin [web]:8080 end");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{{ NONE }}", "{{ NONE | upper }}", "{{ NONE ~ 'x' }}", "{{ NONE + 'x' }}",
			"{{ NONE + 1 }}", "{{ NONE == 'x' }}", "{{ NONE == 5 }}", "{{ NONE or 'x' }}", "{{ 'x' in NONE }}",
			"{{ NONE in HOSTS }}", "{{ NONE | length }}", "{{ NONE | join(',') }}", "{{ NONE.x }}",
			"{% if NONE %}{% endif %}", "{% if not NONE %}{% endif %}", "{% if NONE == 'x' %}{% endif %}",
			"{% for x in NONE %}{% endfor %}", "{% set x = NONE %}{{ x }}", "{{ 'x' | default(NONE) ~ NONE }}" })
	void undefinedVariableIsNamedWithItsLine(String template) {
		fails("first\n\n" + template, 3, "'NONE' is not defined", template);
	}

	@ParameterizedTest
	@CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
			{{ HOSTS[3] }} => there is no such element
			{{ {'a': 1}['b'] }} => there is no such element
			{{ NAME.other }} => there is no such attribute or element
			{{ NAME | other }} => there is no such filter
			{{ HOSTS | map('other') | list }} => there is no such filter
			{% if NAME is other %}{% endif %} => there is no such test
			{{ other(NAME) }} => this cannot be evaluated
			{{ NAME | render }} => this is switched off
			{% other %} => Unknown tag: other
			{% if NAME %} => Missing end tag: endif
			{% endif %} => Missing start tag
			{{ NAME => Unclosed token
			{{ NAME + }} => Error parsing 'NAME +'
			{% for x HOSTS %}{% endfor %} => Tag 'for' expects valid 'in' clause
			{% for x in HOSTS %}{% else %}{% endfor %} => a loop must not have an 'else' here
			{#- comment #} => a comment must not have a '-' at its ends here
			{% include 'none.j2' %} => there is no such file in the folder of the template
			{% include '../none.j2' %} => there is no such file in the folder of the template
			{% include '/etc/passwd' %} => there is no such file in the folder of the template
			{% include 'template.j2' %} => it includes or calls itself
			{% macro m() %}{{ m() }}{% endmacro %}{{ m() }} => it includes or calls itself
			""")
	void mistakeIsNamedWithItsLine(String template, String reason) {
		fails("first\n" + template, 2, reason, template);
	}

	@Test
	void includedFileIsNamedWithItsLine() throws IOException {
		write("included.j2", "a\nb\n{{ NONE }}\n");
		assertThatExceptionOfType(TemplateException.class).isThrownBy(() -> render("x\n{% include 'included.j2' %}"))
			.withMessageContainingAll("'" + this.folder.resolve("included.j2") + "'",
					"(included by '" + this.folder.resolve("template.j2") + "')", "line 3, 'NONE' is not defined",
					"{{ NONE }}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{{ PASSWORD.other }}", "{{ PASSWORD * 2 }}", "{{ PASSWORD | round(PASSWORD) }}",
			"{{ HOSTS[PASSWORD] }}", "{{ PASSWORD | int / PASSWORD }}", "{% include PASSWORD %}",
			"{{ NAME | filesizeformat(PASSWORD) | round(PASSWORD) }}", "{{ PASSWORD() }}",
			"{{ NAME | map(PASSWORD) | list }}" })
	void valuesAreNotShown(String template) {
		assertThatExceptionOfType(TemplateException.class).isThrownBy(() -> render(template))
			.satisfies((failure) -> assertThat(failure.getMessage() + failure.getRemedy()).doesNotContain("s3cret"))
			.withNoCause();
	}

	@Test
	void endlessLoopsAreEnded() {
		this.time = new RunningTime();
		fails("{% for a in range(1000) %}{% for b in range(1000) %}{% if false %}{% endif %}{% endfor %}{% endfor %}",
				1, "it is still here after 10 seconds", "range");
	}

	@Test
	void longOutputIsEnded() {
		this.environment.put("LONG", "x".repeat(1 << 20));
		fails("{% for a in range(1000) %}{{ LONG }}{% endfor %}", 1, "longer than a configuration file should be",
				"LONG");
	}

	@Test
	void missingTemplateIsNamed() {
		assertThatExceptionOfType(TemplateException.class)
			.isThrownBy(() -> renderer().render(this.folder.resolve("none.j2")))
			.withMessage("The template '%s' does not exist.", this.folder.resolve("none.j2"));
		assertThatExceptionOfType(TemplateException.class).isThrownBy(() -> renderer().render(this.folder))
			.withMessage("The template '%s' is not a file.", this.folder);
	}

	@Test
	void templateThatIsNoUtf8IsNamed() throws IOException {
		Path template = this.folder.resolve("template.j2");
		Files.write(template, "ä".getBytes(StandardCharsets.ISO_8859_1));
		assertThatExceptionOfType(TemplateException.class).isThrownBy(() -> renderer().render(template))
			.withMessage("The template '%s' is not encoded in UTF-8.", template);
	}

	private void fails(String template, int line, String reason, String shown) {
		assertThatExceptionOfType(TemplateException.class).isThrownBy(() -> render(template))
			.withMessageContainingAll("'" + this.folder.resolve("template.j2") + "'", ": line " + line + ", ", reason,
					shown.lines().toList().get(0));
	}

	private String render(String template) {
		return renderer().render(write("template.j2", template));
	}

	private TemplateRenderer renderer() {
		return new TemplateRenderer(Variables.of(this.environment), this.time);
	}

	private Path write(String name, String text) {
		try {
			return Files.writeString(this.folder.resolve(name), text);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** A millisecond passes between two looks at the clock. */
	private static final class RunningTime implements TimeSource {

		private long nanos;

		@Override
		public long nanoTime() {
			this.nanos += 1_000_000;
			return this.nanos;
		}

		@Override
		public long wallMillis() {
			return this.nanos / 1_000_000;
		}

	}

}
