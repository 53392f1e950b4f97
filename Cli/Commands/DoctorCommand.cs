using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Display;
using Cli.Health;

namespace Cli.Commands;

/// <summary><c>agents doctor</c>: what is wrong, and what to do about it.</summary>
internal static class DoctorCommand
{
    public static Command Create(CommonOptions common)
    {
        var command = new Command("doctor", "Checks that everything works, and says what to do where it does not. Exit code 1: something failed.");
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var checks = new List<Check>();
            await foreach (var check in Examination.OfAsync(session, TimeProvider.System, ct))
            {
                checks.Add(check);
            }

            if (session.Json)
            {
                await session.Output.WriteLineAsync(Json(session, checks));
            }
            else
            {
                TextTable.Write(session.Output, ["CHECK", "", "FOUND"], checks.SelectMany(check => new[]
                {
                    new[] { check.Name, check.Word, Words.OneLine(check.Found, 200) },
                    check.Remedy.Length > 0 ? ["", "", $"→ {check.Remedy}"] : [],
                }).Where(row => row.Length > 0), Paint.Column(session, 1));
            }

            return checks.TrueForAll(check => check.Outcome != Outcome.Failed) ? ExitCodes.Completed : ExitCodes.Failed;
        }));
        return command;
    }

    private static string Json(Session session, List<Check> checks) => new JsonObject
    {
        ["ok"] = checks.TrueForAll(check => check.Outcome != Outcome.Failed),
        ["server"] = session.Server.ToString(),
        ["checks"] = new JsonArray([.. checks.Select(check => new JsonObject { ["name"] = check.Name, ["outcome"] = check.Word, ["found"] = check.Found, ["remedy"] = check.Remedy })]),
    }.ToJsonString(Session.Relaxed);
}
