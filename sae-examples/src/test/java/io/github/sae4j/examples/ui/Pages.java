package io.github.sae4j.examples.ui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fetches what the pages of the training UI fetch. */
final class Pages {
  private static final Pattern ASSET = Pattern.compile("(?:src|href)=\"(/assets/[^\"]*)\"");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper mapper = new ObjectMapper();
  private final String address;

  Pages(String address) {
    this.address = address;
  }

  /** Selects a session in the UI once the server has received it. */
  void select(String session) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (get("/train/sessions/set/" + session).statusCode() != 200) {
      if (System.nanoTime() > end) {
        throw new IOException("no session " + session + " among " + json("/train/sessions/info"));
      }
      Thread.sleep(20);
    }
  }

  JsonNode json(String path) throws Exception {
    return mapper.readTree(get(path).body());
  }

  /** Returns the scripts and styles that a page refers to. */
  List<String> assets(String page) throws Exception {
    List<String> assets = new ArrayList<>();
    Matcher named = ASSET.matcher(get(page).body());
    while (named.find()) {
      assets.add(named.group(1));
    }
    return assets;
  }

  HttpResponse<String> get(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + path)).timeout(PATIENCE).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
