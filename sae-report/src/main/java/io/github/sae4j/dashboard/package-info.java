/**
 * Reports on dictionaries: {@link io.github.sae4j.dashboard.ReportBuilder} collects the contents,
 * {@link io.github.sae4j.dashboard.HtmlReport} writes them as one static page with plots.
 */
package io.github.sae4j.dashboard;
