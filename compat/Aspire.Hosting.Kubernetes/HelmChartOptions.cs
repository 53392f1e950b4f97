namespace Aspire.Hosting.Kubernetes;

/// <summary>What the chart is called.</summary>
public sealed class HelmChartOptions
{
    private readonly KubernetesEnvironmentResource _environment;

    internal HelmChartOptions(KubernetesEnvironmentResource environment) => _environment = environment;

    /// <summary>Names the chart.</summary>
    /// <param name="name">Lower case letters, digits and hyphens.</param>
    /// <returns>The same options.</returns>
    public HelmChartOptions WithChartName(string name)
    {
        _environment.ChartName = name;
        return this;
    }

    /// <summary>Says which version the chart has.</summary>
    /// <param name="version">A semantic version.</param>
    /// <returns>The same options.</returns>
    public HelmChartOptions WithChartVersion(string version)
    {
        _environment.ChartVersion = version;
        return this;
    }

    /// <summary>Says what the chart is.</summary>
    /// <param name="description">One line.</param>
    /// <returns>The same options.</returns>
    public HelmChartOptions WithChartDescription(string description)
    {
        _environment.ChartDescription = description;
        return this;
    }
}
