using Hyperplane.Dataplane.Tool.Commands;

return await new Cli(ToolIo.OfThisProcess()).RunAsync(args);
