using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>Where an application can be published to; it writes the files.</summary>
internal interface IPublishedEnvironment : IResource
{
    Task PublishAsync(DistributedApplicationModel model, DistributedApplicationExecutionContext execution, string outputPath, CancellationToken cancellationToken);
}
