using Protos.V1;

namespace Orchestrator.Tests.Planning;

/// <summary>Gates and disputes as a playbook has them.</summary>
public class PlaybookReviewTests
{
    [Fact]
    public void Parse_GateWithReviewersAndDisputes_HasThemAll()
    {
        var playbook = PlaybookFiles.Good(
            """
            name: minimal
            title: T
            description: D
            disputes: {criteria: [{name: performance}], arbiter: {role: judge}}
            tasks:
              code:
                role: developer
                task: implement
                review:
                  task: judge
                  reviewers:
                    - {name: security, task: security, threshold: 90}
                    - {name: style, role: stylist, rubric: [Names are words.]}
                  combine: all
                  on_exhausted: ask
                  ask: {deciders: [ann]}
                  disputes: {rounds: 1}
            """);

        playbook.Roles.ShouldBe(["developer", "judge", "reviewer", "stylist"]);
        playbook.Draft.Disputes.Criteria.Single().Name.ShouldBe("performance");
        playbook.Draft.Tasks[0].Review.ShouldBe(new ReviewGate
        {
            TaskType = "judge",
            Combine = "all",
            OnExhausted = "ask",
            Ask = new Approval { Deciders = { "ann" } },
            Disputes = new DisputeTerms { Rounds = 1 },
            Reviewers =
            {
                new GateReviewer { Name = "security", TaskType = "security", Threshold = 90 },
                new GateReviewer { Name = "style", Role = "stylist", Rubric = { "Names are words." } },
            },
        });
    }
}
