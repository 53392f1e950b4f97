using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Orchestrator.Console;

/// <summary>
/// Rendering brings keys along that the framework makes at start and would write into the home folder. Nothing of the
/// console is protected by them (forms have a cookie of their own), so they are not kept; a read-only file system is enough.
/// </summary>
internal sealed class NoKeysKept : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => [];

    public void StoreElement(XElement element, string friendlyName)
    {
        // The key lives as long as this process.
    }
}
