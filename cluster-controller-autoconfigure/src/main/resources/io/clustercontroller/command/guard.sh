#!/bin/sh
#
# Ends a command when the JVM that has started it is gone, or frozen.
#
#   guard.sh COOKIE SIGNAL GRACE
#
# COOKIE    the value of CLUSTER_COOKIE in the environment of the command and of what it starts
# SIGNAL    asks the command to end
# GRACE     seconds between that signal and SIGKILL
#
# The JVM holds the other end of the standard input: when that ends, the JVM is dead. Until then it says, line by line:
#
#   pid N             the command has this process id, which is its group and session if it has its own
#   exited            the command has ended, and its process id may be given to another process once nothing has it any more
#   signal NAME N     send this signal to a process or, where N is negative, to a group
#   keep SECONDS      end the command after this time unless told again
#   done              nothing is left to guard
#
# For any POSIX shell: dash, bash and the ash of BusyBox run it.

cookie=$1 signal=$2 grace=$3
main='' ours=yes timer=''

trap '' HUP INT TERM

# The environment of a process has a NUL behind each variable. BusyBox's grep ends a line there, while 'read' skips it.
carries_cookie() {
	while IFS= read -r line || [ -n "$line" ]; do
		case $line in
			*"CLUSTER_COOKIE=$cookie"*) return 0 ;;
		esac
	done 2>/dev/null <"$1"
	return 1
}

find_carriers() {
	if printf 'a\0b' | grep -qF b 2>/dev/null; then
		carriers=$(grep -lsF "CLUSTER_COOKIE=$cookie" /proc/[0-9]*/environ)
	else
		carriers=''
		for environ in /proc/[0-9]*/environ; do
			if carries_cookie "$environ"; then
				carriers="$carriers $environ"
			fi
		done
	fi
}

# Sets group if a process of the command's group is alive, and others to those outside of it. Where the group and session
# may be those of a stranger, one of theirs has to have the cookie.
find_members() {
	group='' session='' others=''
	if [ ! -r /proc/self/stat ]; then
		if [ -n "$main" ] && kill -0 "-$main" 2>/dev/null; then
			group=$main
		elif [ -n "$main" ] && kill -0 "$main" 2>/dev/null; then
			others=$main
		fi
		return
	fi
	find_carriers
	for process in /proc/[0-9]*; do
		stat=''
		while read -r line; do
			stat="$stat $line"
		done 2>/dev/null <"$process/stat"
		# State, parent, group, session; before them the name in parentheses, which may hold anything
		# shellcheck disable=SC2086
		set -f -- ${stat##*)}
		set +f
		case ${1:-X} in
			Z | X) continue ;;
		esac
		case " $carriers " in
			*[[:space:]]"$process/environ"[[:space:]]*) carrier=yes ;;
			*) carrier='' ;;
		esac
		case $main in
			"$3") group=$main ours=${ours:-$carrier} ;;
			"$4") session="$session ${process#/proc/}" ours=${ours:-$carrier} ;;
			*) others="$others${carrier:+ ${process#/proc/}}" ;;
		esac
	done
	if [ -z "$group$session" ]; then
		ours=''
	elif [ -n "$ours" ]; then
		others=$others$session
	else
		group=''
	fi
}

send() {
	{
		if [ -n "$group" ]; then
			kill "-$1" "-$group"
		fi
		for process in $others; do
			kill "-$1" "$process"
		done
	} 2>/dev/null
}

end() {
	find_members
	if [ -n "$group$others" ]; then
		echo "cluster-controller: $1, ending process $main and all that belongs to it" >&2
		send "$signal"
	fi
	sleep "$grace" &
	clock=$!
	# A pass that finds nobody may have come between a fork and the end of the parent: only a second one is sure
	empty=0 kills=0
	while [ "$empty" -lt 2 ] && [ "$kills" -lt 100 ]; do
		find_members
		if [ -z "$group$others" ]; then
			empty=$((empty + 1))
			continue
		fi
		empty=0
		if ! kill -0 "$clock" 2>/dev/null; then
			send KILL
			kills=$((kills + 1))
		fi
		sleep 0.1
	done
	stop "$clock"
	exit 0
}

# To leave no zombie behind, everything started here is waited for.
stop() {
	{
		kill -KILL "$1"
		wait "$1"
	} 2>/dev/null
}

# The loop below, unless it has ended and its number may mean another process.
end_parent() {
	parent=$$
	{
		read -r _ _ _ parent _ </proc/self/stat
	} 2>/dev/null
	if [ "$parent" = "$$" ]; then
		kill -KILL "$$"
	fi
}

# Runs beside the loop below, which kills it with USR1.
count_down() {
	earlier=${!-}
	trap '[ "${!-}" = "$earlier" ] || stop "$!"; exit 0' USR1
	sleep "$1" &
	wait "$!"
	# From here on it is too late to be kept, even if the JVM wakes up now
	trap '' USR1
	end_parent
	end "not kept alive in time"
}

cancel() {
	if [ -n "$timer" ]; then
		kill -USR1 "$timer"
		wait "$timer"
		timer=''
	fi 2>/dev/null
}

while read -r order one two; do
	case $order in
		pid) main=$one ;;
		exited) ours='' ;;
		signal) kill "-$one" "$two" 2>/dev/null ;;
		keep)
			cancel
			count_down "$one" &
			timer=$!
			;;
		done)
			cancel
			exit 0
			;;
	esac
done
cancel
end "the JVM is gone"
