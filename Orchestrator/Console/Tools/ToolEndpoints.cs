using Microsoft.AspNetCore.Mvc;
using Orchestrator.Api;
using Orchestrator.Dispatch;
using Protos.V1;

namespace Orchestrator.Console.Tools;

/// <summary>What agents may ask to use.</summary>
internal static class ToolEndpoints
{
    public static void Map(IEndpointRouteBuilder console) => console.MapGet("/tools", Get);

    private static IResult Get(HttpContext context, [FromServices] IAgentDirectory agents)
    {
        var (text, risk) = (context.Request.Query["q"].ToString().Trim(), context.Request.Query["risk"].ToString());
        var all = ToolCatalog.List(agents, new ListToolsRequest()).Tools;
        var found = all.Where(view => (risk.Length == 0 || RiskOf(view) == risk) && (text.Length == 0 || Holds(view, text))).ToList();
        return Page.Show<ToolsPage>(new { Tools = (IReadOnlyList<ToolView>)found, Total = all.Count, Text = text, Risk = risk });
    }

    /// <summary>What a wrong call can do; <c>unknown</c>: the contract does not say.</summary>
    public static string RiskOf(ToolView view) => view.Tool.Risk.Length > 0 ? view.Tool.Risk : "unknown";

    private static bool Holds(ToolView view, string text) =>
        new[] { view.Tool.Name, view.Tool.Description, view.Tool.Owner }.Concat(view.Roles).Any(part => part.Contains(text, StringComparison.OrdinalIgnoreCase));
}
