package io.clustercontroller.guide.myapp;

import java.time.Duration;

import io.clustercontroller.ClusterController;
import io.clustercontroller.Member;
import io.clustercontroller.ServiceNotActiveException;
import io.clustercontroller.event.BecameActiveEvent;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.MembersAddedEvent;
import io.clustercontroller.event.MembersRemovedEvent;
import io.clustercontroller.event.RoleChangeCause;
import io.clustercontroller.event.StoppingEvent;
import io.clustercontroller.job.MasterOnly;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

@EnableScheduling
@SpringBootApplication
public class MyApp {

	private static final Logger logger = LoggerFactory.getLogger(MyApp.class);

	private final ClusterController cluster;

	MyApp(ClusterController cluster) {
		this.cluster = cluster;
	}

	public static void main(String[] args) {
		SpringApplication.run(MyApp.class, args);
	}

	@EventListener
	void becameMaster(BecameMasterEvent event) {
		if (event.cause() == RoleChangeCause.STARTED) {
			logger.info("Started as master"); // started_as_master
		}
		else {
			logger.info("Promoted to master"); // transition_slave_to_master
		}
	}

	@EventListener
	void becameSlave(BecameSlaveEvent event) {
		if (event.cause() == RoleChangeCause.STARTED) {
			logger.info("Started as slave"); // started_as_slave
		}
		else {
			logger.info("No master any more"); // transition_master_to_slave
		}
	}

	@EventListener
	void membersAdded(MembersAddedEvent event) { // cluster_members_added
		logger.info("New members: {}", event.members().stream().map(Member::container).toList());
	}

	@EventListener
	void membersRemoved(MembersRemovedEvent event) { // cluster_members_removed
		logger.info("Members gone: {}", event.members().stream().map(Member::container).toList());
	}

	@EventListener
	void becameActive(BecameActiveEvent event) { // became_active
		logger.info("The service answers on {}", event.ports());
	}

	@EventListener
	void stopping(StoppingEvent event) { // an overridden terminate_controller
		logger.info("Leaving within {}", event.limit());
	}

	@MasterOnly(name = "hourly", oncePerTick = true)
	@Scheduled(cron = "0 0 * * * *") // schedule.every().hour
	void hourly() throws ServiceNotActiveException, InterruptedException {
		this.cluster.awaitService("db", Duration.ofSeconds(60)); // wait_for_service
		logger.info("The hourly work of this service");
	}

}
