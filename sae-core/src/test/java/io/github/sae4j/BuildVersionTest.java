package io.github.sae4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

class BuildVersionTest {

  @Test
  void isTheVersionInThePom() throws Exception {
    Document pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of("..", "pom.xml").toFile());
    NodeList children = pom.getDocumentElement().getChildNodes();
    String version = null;
    for (int i = 0; i < children.getLength(); i++) {
      if (children.item(i).getNodeName().equals("version")) {
        version = children.item(i).getTextContent();
      }
    }
    assertEquals(version, Provenance.currentVersion());
    assertEquals(
        version, Provenance.UNKNOWN.withTraining(1, 1, 1, 1, List.of(), "").sae4jVersion());
  }
}
