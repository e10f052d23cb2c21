package io.clustercontroller.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The campaign: {@code ./campaign} runs it for as long as one likes, {@code ./verify} for
 * two minutes.
 */
class CampaignTests {

	private static final Duration DURATION = Duration
		.ofSeconds(Math.round(60 * Double.parseDouble(System.getProperty("campaign.minutes", "1"))));

	@Test
	void nothingThatHappensMakesTwoMastersOrLosesWork() {
		long seed = Long.getLong("campaign.seed", new Random().nextInt(1_000_000));
		say("seed %d, %d s".formatted(seed, DURATION.toSeconds()));
		Verdict verdict;
		Path folder = Path.of("target", "campaign",
				LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")) + "-seed-" + seed);
		try (Campaign campaign = new Campaign(seed, DURATION, folder, CampaignTests::say)) {
			Thread reporter = new Thread(() -> report(campaign, folder), "campaign-reporter");
			Runtime.getRuntime().addShutdownHook(reporter);
			try {
				campaign.run();
			}
			finally {
				Runtime.getRuntime().removeShutdownHook(reporter);
				verdict = report(campaign, folder);
			}
		}
		assertThat(verdict.findings()).isEmpty();
	}

	private static Verdict report(Campaign campaign, Path folder) {
		try {
			Course course = campaign.course();
			Verdict verdict = Verdict.of(course);
			say(verdict.summary());
			say("the report: " + Report.write(course, verdict, folder).toAbsolutePath());
			return verdict;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void say(String line) {
		System.out.println("campaign: " + line);
	}

}
