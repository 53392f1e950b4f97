using Protos.V1;

namespace Orchestrator.Figures;

/// <summary>What is counted of an agent.</summary>
internal sealed class AgentTotals
{
    public long Delegated { get; set; }

    public long Completed { get; set; }

    public long Failed { get; set; }

    /// <summary>Of attempts that are completed.</summary>
    public double Seconds { get; set; }

    public long Reviewed { get; set; }

    public long ApprovedFirst { get; set; }

    public long Examined { get; set; }

    public long Issues { get; set; }

    public long Checked { get; set; }

    public long Confirmed { get; set; }

    public long Contested { get; set; }

    public void Add(AgentTotals other)
    {
        Delegated += other.Delegated;
        Completed += other.Completed;
        Failed += other.Failed;
        Seconds += other.Seconds;
        Reviewed += other.Reviewed;
        ApprovedFirst += other.ApprovedFirst;
        Examined += other.Examined;
        Issues += other.Issues;
        Checked += other.Checked;
        Confirmed += other.Confirmed;
        Contested += other.Contested;
    }

    public AgentFigures ToFigures(string role, string instance) => new()
    {
        Role = role,
        Instance = instance,
        Delegated = Delegated,
        Completed = Completed,
        Failed = Failed,
        AvgSeconds = Mean(Seconds, Completed),
        Reviewed = Reviewed,
        ApprovedFirst = ApprovedFirst,
        FirstApprovalRate = Mean(ApprovedFirst, Reviewed),
        Examined = Examined,
        Issues = Issues,
        IssuesPerTask = Mean(Issues, Examined),
        CitationsChecked = Checked,
        CitationsConfirmed = Confirmed,
        Accuracy = Mean(Confirmed, Checked),
        Contested = Contested,
    };

    /// <summary>Null: of nothing there is no mean.</summary>
    public static double? Mean(double sum, long count) => count > 0 ? Math.Round(sum / count, 4) : null;
}
