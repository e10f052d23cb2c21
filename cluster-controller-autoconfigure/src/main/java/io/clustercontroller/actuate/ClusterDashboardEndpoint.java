package io.clustercontroller.actuate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * {@link WebEndpoint @WebEndpoint} with a page for people. The page is one document that
 * needs nothing else but the endpoint {@code cluster}, which it asks from the browser; so
 * it can neither show nor do what that endpoint does not let through.
 */
@WebEndpoint(id = "clusterdashboard", defaultAccess = Access.READ_ONLY)
final class ClusterDashboardEndpoint {

	static final String PAGE = "dashboard.html";

	private final String page;

	/**
	 * @param cluster the address of the endpoint {@code cluster}, relative to the page
	 */
	ClusterDashboardEndpoint(String cluster) {
		String source = read(PAGE);
		this.page = source.replace("{policy}", policy(source)).replace("{cluster}", cluster);
	}

	@ReadOperation(produces = "text/html;charset=UTF-8")
	String page() {
		return this.page;
	}

	/**
	 * The content security policy. It stands in the document because operations of an
	 * endpoint cannot set headers. The browser lets nothing through but the script and
	 * the style of the document itself, by their hashes, and requests to where it comes
	 * from; nor does it let the script parse text as HTML.
	 */
	private static String policy(String source) {
		return """
				default-src 'none'; script-src '%s'; style-src '%s'; connect-src 'self'; img-src data:; base-uri 'none'; \
				form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"""
			.formatted(hash(source, "script"), hash(source, "style"));
	}

	private static String hash(String source, String element) {
		Matcher block = Pattern.compile("<%1$s>(.*)</%1$s>".formatted(element), Pattern.DOTALL).matcher(source);
		if (!block.find()) {
			throw new IllegalStateException("The page has no block '%s'".formatted(element));
		}
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256")
				.digest(block.group(1).getBytes(StandardCharsets.UTF_8));
			return "sha256-" + Base64.getEncoder().encodeToString(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

	private static String read(String name) {
		try (InputStream in = ClusterDashboardEndpoint.class.getResourceAsStream(name)) {
			if (in == null) {
				throw new IllegalStateException(
						"'%s' is missing beside %s".formatted(name, ClusterDashboardEndpoint.class.getName()));
			}
			// browsers hash the text after they have made the ends of lines like this
			return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
