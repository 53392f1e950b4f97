using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Kubernetes.Resources;

namespace Aspire.Hosting.Kubernetes.Publishing;

/// <summary>Writes the application as a Helm chart: Chart.yaml, values.yaml, and a folder of templates for each resource.</summary>
internal sealed class ChartPublisher(KubernetesEnvironmentResource environment, DistributedApplicationExecutionContext execution, string outputPath)
{
    private readonly Dictionary<string, Dictionary<string, Dictionary<string, object>>> _values = new()
    {
        [Helm.Parameters] = [],
        [Helm.Secrets] = [],
        [Helm.Config] = [],
    };

    public async Task PublishAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(outputPath);
        foreach (var resource in model.Resources.OfType<IComputeResource>().Where(r => !r.Annotations.OfType<ManifestPublishingCallbackAnnotation>().Any()))
        {
            var translation = await ResourceTranslation.CreateAsync(environment, resource, execution, cancellationToken);
            await WriteTemplatesAsync(resource.Name, translation.Result.Documents(), cancellationToken);
            Collect(Helm.Parameters, resource, translation.Parameters);
            Collect(Helm.Config, resource, translation.Config);
            Collect(Helm.Secrets, resource, translation.Secrets);
        }

        await WriteAsync("Chart.yaml", ChartYaml.Serialize(Chart()), cancellationToken);
        await WriteAsync("values.yaml", ChartYaml.Serialize(_values), cancellationToken);
    }

    private Dictionary<string, object> Chart() => new()
    {
        ["apiVersion"] = "v2",
        ["name"] = environment.ChartName,
        ["version"] = environment.ChartVersion,
        ["kubeVersion"] = ">= 1.18.0-0",
        ["description"] = environment.ChartDescription,
        ["type"] = "application",
        ["keywords"] = new List<string> { "aspire", "kubernetes" },
        ["appVersion"] = environment.ChartVersion,
    };

    private void Collect(string section, IComputeResource resource, Dictionary<string, HelmSetting> settings)
    {
        foreach (var setting in settings.Values.Where(s => s.Key.Length > 0))
        {
            if (!_values[section].TryGetValue(Helm.Key(resource.Name), out var values))
                _values[section][Helm.Key(resource.Name)] = values = [];
            values[setting.Key] = setting.Default;
        }
    }

    private async Task WriteTemplatesAsync(string resource, IEnumerable<BaseKubernetesResource> documents, CancellationToken cancellationToken)
    {
        foreach (var document in documents)
        {
            var name = document.Metadata.Name is { Length: > 0 } given ? given : document.GetType().Name.ToLowerInvariant();
            var prefix = $"{resource.ToLowerInvariant()}-";
            var file = name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
            await WriteAsync(Path.Combine("templates", resource, $"{file}.yaml"), $"---\n{ChartYaml.Serialize(document)}", cancellationToken);
        }
    }

    private async Task WriteAsync(string file, string text, CancellationToken cancellationToken)
    {
        var path = Path.Combine(outputPath, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text, cancellationToken);
    }
}
