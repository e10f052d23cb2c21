package io.clustercontroller.actuate;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;

/**
 * The groups that there were, some of them replaced, and some more.
 */
final class ClusterHealthGroups implements HealthEndpointGroups, AdditionalPathsMapper {

	private final HealthEndpointGroups given;

	private final Map<String, HealthEndpointGroup> groups;

	/**
	 * @param own groups to add, or to have instead of given ones; with no additional path
	 * that is not given
	 */
	ClusterHealthGroups(HealthEndpointGroups given, Map<String, HealthEndpointGroup> own) {
		this.given = given;
		this.groups = new TreeMap<>();
		for (String name : given.getNames()) {
			HealthEndpointGroup group = given.get(name);
			if (group != null) {
				this.groups.put(name, group);
			}
		}
		this.groups.putAll(own);
	}

	@Override
	public HealthEndpointGroup getPrimary() {
		return this.given.getPrimary();
	}

	@Override
	public Set<String> getNames() {
		return this.groups.keySet();
	}

	@Override
	public @Nullable HealthEndpointGroup get(String name) {
		return this.groups.get(name);
	}

	@Override
	public @Nullable List<String> getAdditionalPaths(EndpointId endpoint, WebServerNamespace namespace) {
		return (this.given instanceof AdditionalPathsMapper mapper) ? mapper.getAdditionalPaths(endpoint, namespace)
				: null;
	}

}
