package io.clustercontroller.testing;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.clustercontroller.Member;

import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;

/**
 * Notes every event of the cluster, before anybody else hears of it.
 */
class EventWitness {

	private final TimelineWriter timeline;

	EventWitness(TimelineWriter timeline) {
		this.timeline = timeline;
	}

	@EventListener(condition = "#a0.class.packageName == 'io.clustercontroller.event'")
	@Order(Integer.MIN_VALUE)
	void note(Object event) throws ReflectiveOperationException {
		Map<String, String> details = new LinkedHashMap<>();
		details.put("type", event.getClass().getSimpleName());
		for (RecordComponent component : event.getClass().getRecordComponents()) {
			details.put(component.getName(), text(component.getAccessor().invoke(event)));
		}
		this.timeline.write(Fact.Kind.EVENT, details);
	}

	/** Members by their id, so that they can be compared. */
	private static String text(Object value) {
		if (value instanceof Optional<?> optional) {
			return optional.map(EventWitness::text).orElse("");
		}
		if (value instanceof List<?> list) {
			return list.stream().map(EventWitness::text).collect(Collectors.joining(","));
		}
		return (value instanceof Member member) ? member.instanceId() : String.valueOf(value);
	}

}
