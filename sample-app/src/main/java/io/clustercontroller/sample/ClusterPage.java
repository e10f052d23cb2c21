package io.clustercontroller.sample;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.clustercontroller.Member;
import io.clustercontroller.backup.Backup;
import io.clustercontroller.event.ProcessExitedEvent;
import io.clustercontroller.job.JobStatus;
import io.clustercontroller.job.JobStatus.LastRun;
import io.clustercontroller.sample.ClusterStatus.ProcessStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.web.util.HtmlUtils;

/**
 * The page as HTML. Every value goes through {@link #text(Object)}, as members of a
 * cluster name themselves.
 */
final class ClusterPage {

	private static final String PAGE = """
			<!DOCTYPE html>
			<html lang="en">
			<head>
			<meta charset="utf-8">
			<meta name="viewport" content="width=device-width, initial-scale=1">
			<meta name="color-scheme" content="light dark">
			<meta http-equiv="refresh" content="2">
			<title>%1$s: %2$s</title>
			<style>
			:root { color-scheme: light dark; }
			body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
			h1 { margin: 0; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .25rem; }
			p { margin: .25rem 0; overflow-wrap: anywhere; }
			.MASTER { color: light-dark(#0a6b2d, #5fd38a); } .SLAVE { color: light-dark(#4a5568, #a8b3c4); }
			.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%%; }
			th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid #8886; white-space: nowrap; }
			ol { list-style: none; margin: 0; padding: 0; overflow-wrap: anywhere; } time { opacity: .7; margin-right: .5rem; }
			</style>
			</head>
			<body>
			<h1 class="%1$s">%1$s</h1>
			<p>%2$s in service <b>%3$s</b>, environment <b>%4$s</b>, container %5$s</p>
			<p>State <b>%6$s</b>; may do the master's work now: <b>%7$s</b>; fencing token: <b>%8$s</b>; master: <b>%9$s</b></p>
			<h2>Service process</h2>
			<p>%10$s</p>
			<h2>Members</h2>
			<div class="scroll"><table>
			<tr><th>Id<th>Container<th>Role<th>State<th>Joined<th>Priority</tr>
			%11$s
			</table></div>
			<h2>Jobs</h2>
			<div class="scroll"><table>
			<tr><th>Name<th>Schedule<th>Next<th>Last<th>Outcome<th>Took<th>On</tr>
			%12$s
			</table></div>
			<h2>Backups</h2>
			<div class="scroll"><table>
			<tr><th>Name<th>Taken<th>Size<th>In<th>SHA-256<th>Id</tr>
			%13$s
			</table></div>
			<h2>What has happened, the newest first</h2>
			<ol>
			%14$s
			</ol>
			<p><a href="/cluster">The same as JSON</a>; the starter's own page: <a href="/actuator/clusterdashboard">dashboard</a></p>
			</body>
			</html>
			""";

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS")
		.withZone(ZoneId.systemDefault());

	private static final int SHOWN_DIGITS = 12;

	private ClusterPage() {
	}

	static String render(ClusterStatus status) {
		String members = status.members().stream().map(ClusterPage::row).collect(Collectors.joining("\n"));
		String events = status.events()
			.stream()
			.map((entry) -> "<li>" + time(entry.at()) + text(entry.text()))
			.collect(Collectors.joining("\n"));
		return PAGE.formatted(text(status.role()), text(status.instanceId()), text(status.service()),
				text(status.environment()), text(status.container()), text(status.state()),
				status.isMaster() ? "yes" : "no", text(status.fencingToken()), text(status.master()), process(status),
				members, jobs(status),
				status.backups().stream().map(ClusterPage::row).collect(Collectors.joining("\n")), events);
	}

	private static String process(ClusterStatus status) {
		ProcessStatus process = status.process();
		if (process == null) {
			return "None is supervised";
		}
		String ports = status.ports()
			.stream()
			.map((port) -> "<a href=\"http://localhost:%1$d/\">%1$d</a>".formatted(port))
			.collect(Collectors.joining(", "));
		return "Pid <b>%s</b>, up for <b>%d s</b>; restarts: <b>%d</b>; last exit: %s; ports: %s".formatted(
				text(process.pid()), process.uptime().toSeconds(), process.restarts(), exit(process.lastExit()),
				ports.isEmpty() ? "none" : ports);
	}

	private static String exit(@Nullable ProcessExitedEvent exit) {
		return (exit != null) ? "%s code <b>%d</b>, pid %d, %s".formatted(time(exit.at()), exit.exitCode(), exit.pid(),
				exit.stopped() ? "as it was told" : "by itself") : "none";
	}

	private static String row(Member member) {
		String cells = Stream
			.of(text(member.instanceId()), text(member.container()),
					"<span class=\"%1$s\">%1$s</span>".formatted(text(member.role())), text(member.state()),
					time(member.joinedAt()), text(member.priority()))
			.collect(Collectors.joining("<td>"));
		return "<tr><td>" + cells + "</tr>";
	}

	private static String jobs(ClusterStatus status) {
		List<JobStatus> jobs = status.jobs();
		return (jobs != null) ? jobs.stream().map(ClusterPage::row).collect(Collectors.joining("\n"))
				: "<tr><td>Their ledger cannot be read now</tr>";
	}

	private static String row(JobStatus job) {
		Optional<LastRun> last = job.lastRun();
		String next = job.pause()
			.map((pause) -> "paused: " + text(pause.reason()))
			.orElseGet(() -> job.nextRun().map(ClusterPage::time).orElse("none"));
		String cells = Stream
			.of(text(job.name()), text(job.schedule()), next, last.map((run) -> time(run.startedAt())).orElse("none"),
					last.flatMap(LastRun::outcome).map(ClusterPage::text).orElse("none"),
					last.flatMap(LastRun::duration).map((took) -> took.toMillis() + " ms").orElse("none"),
					last.map((run) -> text(run.instanceId())).orElse("none"))
			.collect(Collectors.joining("<td>"));
		return "<tr><td>" + cells + "</tr>";
	}

	private static String row(Backup backup) {
		Stream<String> tiers = backup.tiers().stream().sorted().map((tier) -> tier.name().toLowerCase(Locale.ROOT));
		String in = Stream.concat(backup.latest() ? Stream.of("latest") : Stream.empty(), tiers)
			.collect(Collectors.joining(", "));
		String cells = Stream
			.of(text(backup.name()), time(backup.startedAt()), text(backup.size()), in,
					text(backup.sha256().substring(0, SHOWN_DIGITS)), text(backup.id()))
			.collect(Collectors.joining("<td>"));
		return "<tr><td>" + cells + "</tr>";
	}

	private static String time(Instant instant) {
		return "<time datetime=\"%s\">%s</time>".formatted(instant, TIME.format(instant));
	}

	private static String text(@Nullable Object value) {
		return (value != null) ? HtmlUtils.htmlEscape(value.toString()) : "none";
	}

}
