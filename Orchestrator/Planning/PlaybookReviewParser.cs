using Orchestrator.Planning.Yaml;
using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>Reads the gate that a task's output must pass.</summary>
internal static class PlaybookReviewParser
{
    public static ReviewGate? Read(YamlFields? fields)
    {
        if (fields is null)
            return null;
        var gate = new ReviewGate
        {
            Role = fields.Text("role", 100),
            TaskType = fields.Text("task", 100),
            Threshold = fields.Integer("threshold", 1, 100) ?? 0,
            MaxRounds = fields.Integer("max_rounds", 1, 20) ?? 0,
            OnExhausted = fields.OneOf("on_exhausted", "fail", "accept", "ask"),
            Rubric = { fields.Texts("rubric", 50, 1000) },
            Combine = fields.OneOf("combine", "all", "min", "mean"),
            Ask = PlaybookKindsParser.Approval(fields.Fields("ask"), asksByItself: true),
            Disputes = PlaybookDiscussionParser.ReadDisputes(fields.Fields("disputes")),
        };
        gate.Reviewers.Add(fields.Maps("reviewers").Select(Reviewer));
        fields.Done();
        return gate;
    }

    private static GateReviewer Reviewer(YamlFields fields)
    {
        var who = new GateReviewer
        {
            Name = fields.Text("name", 50, required: true),
            Role = fields.Text("role", 100),
            TaskType = fields.Text("task", 100),
            Rubric = { fields.Texts("rubric", 50, 1000) },
            Threshold = fields.Integer("threshold", 1, 100) ?? 0,
            Weight = fields.Number("weight", 0.001, 1000) ?? 0,
        };
        fields.Done();
        return who;
    }
}
