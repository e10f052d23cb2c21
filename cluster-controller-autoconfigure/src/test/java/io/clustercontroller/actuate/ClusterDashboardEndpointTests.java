package io.clustercontroller.actuate;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the page is made of and how it is served, on an instance whose endpoints all have
 * other addresses than usual. What it does in a browser is in
 * {@link DashboardBrowserTrial}.
 */
class ClusterDashboardEndpointTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=clusterdashboard";

	@TempDir
	static Path directory;

	private static EndpointInstance instance;

	private static URI address;

	private static HttpResponse<String> response;

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(EndpointAutoConfiguration.class, WebEndpointAutoConfiguration.class,
				ClusterDashboardAutoConfiguration.class));

	@BeforeAll
	static void get() {
		instance = EndpointInstance.start(directory, "--server.servlet.context-path=/app",
				"--management.endpoints.web.base-path=/manage",
				"--management.endpoints.web.path-mapping.cluster=state/now",
				"--management.endpoints.web.path-mapping.clusterdashboard=for/people",
				"--management.endpoints.web.exposure.include=cluster,clusterdashboard");
		address = URI.create(instance.address("/app/manage/for/people"));
		response = EndpointInstance.send(HttpRequest.newBuilder(address).header("Accept", "text/html").build());
	}

	@AfterAll
	static void stop() {
		instance.close();
	}

	@Test
	void pageIsHtml() {
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
		assertThat(response.body()).startsWith("<!DOCTYPE html>").contains("…");
	}

	@Test
	void policyLetsNothingThroughButTheTwoBlocksOfThePage() throws NoSuchAlgorithmException {
		assertThat(found("<meta http-equiv=\"Content-Security-Policy\" content=\"(.*?)\">").split("; "))
			.containsExactly("default-src 'none'", "script-src '" + hashOf("<script>(.*)</script>") + "'",
					"style-src '" + hashOf("<style>(.*)</style>") + "'", "connect-src 'self'", "img-src data:",
					"base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'",
					"trusted-types 'none'");
	}

	@Test
	void policyComesBeforeWhatItIsFor() {
		String page = response.body();
		assertThat(page.indexOf("Content-Security-Policy")).isLessThan(page.indexOf("<link"))
			.isLessThan(page.indexOf("<style"))
			.isLessThan(page.indexOf("<script"));
	}

	@Test
	void pageNeedsNothingFromElsewhere() {
		assertThat(response.body().replace("'http://www.w3.org/2000/svg'", "")).doesNotContain("//www.", "http:",
				"https:", " src=", "@import", "url(", "import(");
	}

	@Test
	void noTextCanBecomeHtml() {
		assertThat(response.body()).doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write",
				"DOMParser", "createContextualFragment", "eval(", "new Function");
	}

	@Test
	void pageKnowsWhereTheEndpointIs() {
		URI cluster = address.resolve(found("data-cluster=\"(.*?)\""));
		assertThat(cluster).hasToString(instance.address("/app/manage/state/now"));
		HttpResponse<String> answer = EndpointInstance.send(HttpRequest.newBuilder(cluster).build());
		assertThat(EndpointInstance.json(answer).<String>read("$.self.instanceId")).isEqualTo(instance.id());
		assertThat(EndpointInstance.send(HttpRequest.newBuilder(URI.create(cluster + "/history")).build()).statusCode())
			.isEqualTo(200);
	}

	@Test
	void pageItselfTakesNoOrders() {
		HttpRequest post = HttpRequest.newBuilder(address)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{}"))
			.build();
		assertThat(EndpointInstance.send(post).statusCode()).isEqualTo(405);
	}

	@Test
	void pageIsThereOnlyWhereItIsExposed() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(ClusterDashboardEndpoint.class));
		this.runner.withPropertyValues(EXPOSED)
			.run((context) -> assertThat(context).hasSingleBean(ClusterDashboardEndpoint.class));
		this.runner.withPropertyValues(EXPOSED, "management.endpoint.clusterdashboard.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(ClusterDashboardEndpoint.class));
		this.runner.withPropertyValues(EXPOSED, "cluster-controller.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ClusterDashboardEndpoint.class));
	}

	private static String found(String regex) {
		Matcher matcher = Pattern.compile(regex, Pattern.DOTALL).matcher(response.body());
		assertThat(matcher.find()).as(regex).isTrue();
		return matcher.group(1);
	}

	private static String hashOf(String regex) throws NoSuchAlgorithmException {
		byte[] digest = MessageDigest.getInstance("SHA-256").digest(found(regex).getBytes(StandardCharsets.UTF_8));
		return "sha256-" + Base64.getEncoder().encodeToString(digest);
	}

}
