package io.clustercontroller.guide;

import io.clustercontroller.job.MasterOnly;
import io.clustercontroller.job.Misfire;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The code in jobs.md.
 */
class JobCode {

	@Component
	class Reports {

		@MasterOnly(name = "report", oncePerTick = true, misfire = Misfire.RUN_ONCE)
		@Scheduled(cron = "0 30 3 * * *", zone = "Europe/Berlin")
		void report() {
			// at most once for each tick, in the whole service
		}

		@MasterOnly // without a ledger: each call proceeds while this instance is master
		@Scheduled(fixedDelay = 5000)
		void poll() {
			// every 5 s
		}

	}

}
