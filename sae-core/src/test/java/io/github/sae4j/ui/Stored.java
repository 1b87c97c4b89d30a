package io.github.sae4j.ui;

import java.util.List;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsInitializationReport;
import org.deeplearning4j.ui.model.stats.api.StatsReport;

/** The contents of a storage for one session. */
record Stored(StatsStorage storage, String session) {

  StatsInitializationReport about() {
    return (StatsInitializationReport)
        storage.getStaticInfo(session, StatsListener.TYPE_ID, worker());
  }

  StatsReport last() {
    return (StatsReport) storage.getLatestUpdate(session, StatsListener.TYPE_ID, worker());
  }

  List<StatsReport> all() {
    List<Persistable> updates =
        storage.getAllUpdatesAfter(session, StatsListener.TYPE_ID, worker(), 0);
    return updates.stream().map(StatsReport.class::cast).toList();
  }

  private String worker() {
    return storage.listWorkerIDsForSession(session).get(0);
  }
}
