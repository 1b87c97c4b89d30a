/**
 * A dictionary to look at: {@link io.github.sae4j.dashboard.ReportBuilder} gathers what is known,
 * {@link io.github.sae4j.dashboard.HtmlReport} writes it as one static page with its plots.
 */
package io.github.sae4j.dashboard;
