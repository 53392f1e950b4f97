using Agents.Developer;
using Agents.Developer.Implementing;
using Agents.Hosting;
using Agents.Models;
using Agents.Tools;
using Microsoft.Extensions.DependencyInjection;

var host = AgentHost.Create(args).AddModels();
host.Services.AddTools(host.Configuration).AddSingleton(DeveloperOptions.Read(host.Configuration));
host.AddAgent<DeveloperAgent>().AddAgent<ImplementerAgent>().Run();
