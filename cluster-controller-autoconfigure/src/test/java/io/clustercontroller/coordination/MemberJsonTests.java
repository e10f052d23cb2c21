package io.clustercontroller.coordination;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class MemberJsonTests {

	private static final Member MEMBER = new Member("web-1", "web", "test", "shop", Role.MASTER, MemberState.ACTIVE,
			List.of(80, 443), 100, Instant.parse("2026-01-01T00:00:00.123Z"), Map.of("zone", "a"));

	@Test
	void whatIsWrittenIsReadAsASlave() {
		assertThat(MemberJson.read(MemberJson.write(MEMBER))).isEqualTo(MEMBER.withRole(Role.SLAVE));
	}

	@Test
	void eligibilityIsWrittenOnlyWhereThePriorityDoesNotSayIt() {
		Member ineligible = MEMBER.withEligible(false).withRole(Role.SLAVE);
		assertThat(MemberJson.read(MemberJson.write(ineligible))).isEqualTo(ineligible);
		Member never = new Member("web-1", "web", "test", "shop", Role.SLAVE, MemberState.ACTIVE, List.of(), 0,
				MEMBER.joinedAt(), Map.of());
		assertThat(never.eligible()).isFalse();
		assertThat(MemberJson.read(MemberJson.write(never))).isEqualTo(never);
		assertThat(MemberJson.write(MEMBER)).doesNotContain("eligible");
		assertThat(MemberJson.write(never)).doesNotContain("eligible");
	}

	@Test
	void roleIsNotWritten() {
		assertThat(MemberJson.write(MEMBER)).doesNotContainIgnoringCase("role").doesNotContain("MASTER");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "C:\\dir", "a \"quoted\" text", "two\nlines", "{\"a\":[1,2]}", "50 % + 1", "Zürich, 東京", "" })
	void freeTextsSurvive(String text) {
		Member member = new Member("web-1", "box " + text, "test", "shop", Role.SLAVE, MemberState.ACTIVE, List.of(),
				100, MEMBER.joinedAt(), Map.of("a:" + text, text, "zone", text));
		assertThat(MemberJson.read(MemberJson.write(member))).isEqualTo(member);
	}

	@Test
	void unknownFieldsArePassedOver() {
		String json = MemberJson.write(MEMBER).replaceFirst("\\{", "{\"new\":{\"deep\":[1,{\"a\":\"b\"}]},");
		assertThat(MemberJson.read(json)).isEqualTo(MEMBER.withRole(Role.SLAVE));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "nonsense", "[]", "{}", "{\"instanceId\":\"a\"}", "{" })
	void whatIsNoMemberIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> MemberJson.read(text));
	}

	@ParameterizedTest
	@ValueSource(strings = { "instanceId", "container", "state", "ports", "priority", "joinedAt", "metadata" })
	void missingOrUnreadableFieldIsNamed(String field) {
		String json = MemberJson.write(MEMBER);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> MemberJson.read(json.replace("\"" + field + "\"", "\"x\"")))
			.withMessageContaining(field);
	}

}
