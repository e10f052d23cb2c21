package io.clustercontroller.guide.report;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The application that is tested in testing.md.
 */
@SpringBootApplication
class ReportApplication {

}
