namespace Orchestrator.Tests.Access;

/// <summary>Keys as an operator would configure them.</summary>
internal static class TestKeys
{
    public const string Admin = "agk_admin_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    public const string Agent = "agk_agents_fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

    /// <summary>The settings of an orchestrator that demands them.</summary>
    public static string[] Settings => [$"--Access:AdminKey={Admin}", $"--Access:AgentKey={Agent}"];
}
