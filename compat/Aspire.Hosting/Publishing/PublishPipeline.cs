using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Publishing;

/// <summary>Instead of running: writes the application for every environment that it has, then stops.</summary>
internal sealed class PublishPipeline(
    DistributedApplicationModel model, DistributedApplicationExecutionContext execution, IConfiguration configuration, IHostApplicationLifetime lifetime) : IHostedService
{
    private const string Step = "publish";

    /// <summary>Whether <c>--operation publish</c> was said.</summary>
    public static bool IsAsked(IConfiguration configuration) => string.Equals(configuration["operation"], Step, StringComparison.OrdinalIgnoreCase);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration["step"] is { } step && !string.Equals(step, Step, StringComparison.OrdinalIgnoreCase))
            throw new DistributedApplicationException($"The step '{step}' is not part of this local app host, only '{Step}' is; build with the official packages for it.");
        var environments = model.Resources.OfType<IPublishedEnvironment>().ToArray();
        if (environments.Length == 0)
            throw new DistributedApplicationException("The application has no environment that it can be published to.");
        var output = Path.GetFullPath(configuration["output-path"] ?? "aspire-output");
        foreach (var environment in environments)
            await environment.PublishAsync(model, execution, environments.Length == 1 ? output : Path.Combine(output, environment.Name), cancellationToken);
        lifetime.ApplicationStarted.Register(lifetime.StopApplication);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
