/**
 * Renders configuration files from Jinja2 templates, with the environment as variables,
 * before the service starts. A file is replaced as a whole, or not at all: whatever goes
 * wrong leaves the old one and stops the start.
 * <p>
 * Variables are texts. One with a comma in it is a list of texts without the blanks
 * around them; {@code NAMES | join(',')} makes a text of it again. A loop over one that
 * is no list has one round. Variables, elements, filters and tests that are not there are
 * errors, save for {@code default}, {@code is defined} and {@code is undefined}. Blanks
 * and line feeds stay as they are in the template, the last line feed too, which Jinja2
 * drops. What a template includes is found in its own folder and below.
 * <p>
 * The engine is Jinjava. It differs from Jinja2 in that {@code true} is printed in lower
 * case, a text is equal to the number it stands for, the text {@code false} counts as
 * false, and methods of texts are those of Java. What it does not know, such as
 * {@code with}, the {@code else} of a loop, or a comment with a {@code -} at its end, is
 * an error.
 */
@NullMarked
package io.clustercontroller.template;

import org.jspecify.annotations.NullMarked;
