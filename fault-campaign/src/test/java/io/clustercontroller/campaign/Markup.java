package io.clustercontroller.campaign;

import java.util.Locale;

import org.springframework.web.util.HtmlUtils;

/**
 * Text for a page, the same in each country.
 */
final class Markup {

	private Markup() {
	}

	/** Numbers with a point, which a picture needs. */
	static String format(String format, Object... values) {
		return String.format(Locale.ROOT, format, values);
	}

	/** Nothing but what XML knows, too. */
	static String text(String text) {
		return HtmlUtils.htmlEscape(text, "UTF-8");
	}

	/** A kind of fault for people. */
	static String kind(String name) {
		return name.toLowerCase(Locale.ROOT).replace('_', ' ');
	}

	/** Minutes and seconds. */
	static String clock(long seconds) {
		return format("%d:%02d", seconds / 60, seconds % 60);
	}

}
