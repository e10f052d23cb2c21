package io.clustercontroller.examples.postgres;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * The controller of a PostgreSQL server. All but the {@link Restore} is configuration:
 * {@code application.yaml}.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class PostgresApplication {

	public static void main(String[] args) {
		SpringApplication.run(PostgresApplication.class, args);
	}

}
