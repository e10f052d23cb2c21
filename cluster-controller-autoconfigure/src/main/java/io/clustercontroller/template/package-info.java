/**
 * Renders configuration files from Jinja2 templates, with the environment as variables,
 * before the service starts. A file is replaced as a whole, or not at all: whatever goes
 * wrong leaves the old one and stops the start.
 */
@NullMarked
package io.clustercontroller.template;

import org.jspecify.annotations.NullMarked;
