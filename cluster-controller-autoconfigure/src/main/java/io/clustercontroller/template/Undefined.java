package io.clustercontroller.template;

import java.util.AbstractCollection;
import java.util.Iterator;

/**
 * What a variable is that is not there. To print it, to compare it, to loop over it or to
 * ask whether it is true fails, since the engine looks at all its elements for each of
 * that; only the filter {@code default} and the tests {@code defined} and
 * {@code undefined} take it for what it is. Jinja2 knows it as {@code StrictUndefined}.
 */
final class Undefined extends AbstractCollection<Object> {

	private final RenderException failure;

	Undefined(RenderException failure) {
		this.failure = failure;
	}

	@Override
	public Iterator<Object> iterator() {
		throw this.failure;
	}

	@Override
	public int size() {
		throw this.failure;
	}

}
