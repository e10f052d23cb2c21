package io.clustercontroller.campaign;

/**
 * Something that must not be.
 *
 * @param check what was looked for
 * @param at when it was so, by {@link System#nanoTime()}; 0 if that is not known
 * @param words what was found, so that one knows where to look
 */
record Finding(String check, long at, String words) {
}
