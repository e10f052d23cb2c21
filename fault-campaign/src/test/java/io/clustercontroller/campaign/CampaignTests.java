package io.clustercontroller.campaign;

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
		.ofSeconds(Math.round(60 * Double.parseDouble(System.getProperty("campaign.minutes", "1.5"))));

	@Test
	void nothingThatHappensMakesTwoMastersOrLosesWork() {
		long seed = Long.getLong("campaign.seed", new Random().nextInt(1_000_000));
		say("seed %d, %d s".formatted(seed, DURATION.toSeconds()));
		Path folder = Path.of("target", "campaign",
				LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")) + "-seed-" + seed);
		try (Campaign campaign = new Campaign(seed, DURATION, folder, CampaignTests::say)) {
			campaign.run();
			Verdict verdict = Verdict.of(campaign.course());
			say(verdict.summary());
			assertThat(verdict.findings()).isEmpty();
		}
	}

	private static void say(String line) {
		System.out.println("campaign: " + line);
	}

}
