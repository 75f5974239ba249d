using Hyperplane.Terraform;
using Hyperplane.Terraform.Plugin;

return await PluginProgram.RunAsync(args, () => new HyperplaneProvider());
