using System.Text.Json;
using Deploy.Tests.Tools;

namespace Deploy.Tests.Images;

/// <summary>What the SDK would make images of. No base image is pulled: this is what can be worked out without one.</summary>
public sealed class ImageTests
{
    [Theory]
    [InlineData("Orchestrator/Orchestrator.csproj", "orchestrator", "mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra", "8080 8081")]
    [InlineData("Agents/Executor/Agents.Executor.csproj", "executor", "mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled", "8081")]
    public async Task Image_OfAService_IsChiseledNotRootAndForBothArchitectures(string project, string repository, string baseImage, string ports)
    {
        var result = await Programs.RunAsync("dotnet",
        [
            "msbuild", project, "-nodeReuse:false", "-nologo", "-t:ComputeContainerConfig", "-p:Images=true", "-getItem:ContainerPort",
            "-getProperty:ContainerBaseImage", "-getProperty:ContainerRepository", "-getProperty:ContainerUser", "-getProperty:ContainerRuntimeIdentifiers",
        ]);

        result.ExitCode.ShouldBe(0, result.Output + result.Errors);
        using var said = JsonDocument.Parse(result.Output);
        var properties = said.RootElement.GetProperty("Properties");
        properties.GetProperty("ContainerRepository").GetString().ShouldBe(repository);
        properties.GetProperty("ContainerBaseImage").GetString().ShouldBe(baseImage);
        properties.GetProperty("ContainerUser").GetString().ShouldBe("1654");
        properties.GetProperty("ContainerRuntimeIdentifiers").GetString().ShouldBe("linux-x64;linux-arm64");
        var items = said.RootElement.GetProperty("Items").GetProperty("ContainerPort").EnumerateArray();
        string.Join(' ', items.Select(item => item.GetProperty("Identity").GetString())).ShouldBe(ports);
    }

    [Fact]
    public async Task Images_OfTheChart_AreThoseThatAreMade()
    {
        var rendered = await Chart.Rendered.FromKeptChartAsync();

        foreach (var component in Chart.Components.Services)
        {
            var deployment = rendered.Get("Deployment", $"{component}-deployment");
            deployment.Text("spec.template.spec.containers.0.image").ShouldBe($"{component}:latest");
            deployment.Text("spec.template.spec.securityContext.runAsUser").ShouldBe("1654");
        }
    }
}
