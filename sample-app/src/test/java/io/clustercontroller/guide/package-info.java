/**
 * The Java code that stands in {@code docs/}, within what it needs to be compiled.
 * {@link io.clustercontroller.guide.GuideTests} compares the two.
 */
package io.clustercontroller.guide;
