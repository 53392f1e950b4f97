using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Images that are another one tomorrow.</summary>
internal sealed class DockerFloatingBase() : LineRule(new RuleInfo(
    "docker-floating-base",
    "Base image without a version",
    Category.Quality,
    Severity.Low,
    Languages.Docker,
    "The image is another one tomorrow: builds cannot be repeated, and a fault comes in unseen.",
    "Name a version, best with its digest: FROM image:1.2@sha256:…"))
{
    public override IReadOnlyList<string> Triggers => ["FROM", "from"];

    protected override Regex Fault { get; } = Pattern.Linear(@"^\s*FROM\s+(?:--platform=\S+\s+)?(?<image>[^\s@$]+)(?:\s+AS\s+\S+)?\s*$", ignoreCase: true);

    protected override bool IsReal(SourceFile file, Match match) => IsFloating(file, match.Groups["image"].Value);

    private static bool IsFloating(SourceFile file, string image)
    {
        var name = image[(image.LastIndexOf('/') + 1)..];
        return image != "scratch" && (!name.Contains(':', StringComparison.Ordinal) || name.EndsWith(":latest", StringComparison.Ordinal)) && !IsStage(file, image);
    }

    private static bool IsStage(SourceFile file, string image) =>
        file.Text.Split('\n').Any(line => line.TrimEnd().EndsWith($" as {image}", StringComparison.OrdinalIgnoreCase));
}
