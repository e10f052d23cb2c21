package io.clustercontroller.backup;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.springframework.util.unit.DataSize;

/**
 * What holds for a run: what the request says, or else the properties.
 *
 * @param minimumSize never below one byte: what is empty is no backup
 */
record Terms(List<String> verifyCommand, DataSize minimumSize, Duration timeout, RunOn runOn, boolean dryRun) {

	static Terms of(BackupRequest request, BackupProperties properties) {
		DataSize minimum = Optional.ofNullable(request.minimumSize()).orElse(properties.minimumSize());
		return new Terms(Optional.ofNullable(request.verifyCommand()).orElse(properties.verifyCommand()),
				DataSize.ofBytes(Math.max(1, minimum.toBytes())),
				Objects.requireNonNullElse(request.timeout(), properties.timeout()),
				Objects.requireNonNullElse(request.runOn(), properties.runOn()),
				Objects.requireNonNullElse(request.dryRun(), properties.dryRun()));
	}

}
