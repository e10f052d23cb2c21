package io.clustercontroller.guide;

import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/**
 * The code in endpoint.md and dashboard.md.
 */
class SecurityCode {

	@Bean
	SecurityFilterChain cluster(HttpSecurity http) throws Exception {
		return http.securityMatcher("/actuator/cluster/**")
			.authorizeHttpRequests((requests) -> requests.requestMatchers(HttpMethod.GET)
				.hasRole("VIEWER")
				.anyRequest()
				.hasRole("OPERATOR"))
			.csrf((csrf) -> csrf.disable())
			.httpBasic(Customizer.withDefaults())
			.build();
	}

	void page(HttpSecurity http) {
		http.securityMatcher("/actuator/clusterdashboard", "/actuator/cluster", "/actuator/cluster/**");
	}

}
