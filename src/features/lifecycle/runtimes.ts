/** A language runtime or main server of an image, and how images show its version. */
export interface Runtime {
  /** The product's name in the end-of-life data. */
  readonly product: string;
  /** Variables of the image configuration that hold the version, as the official images set them. */
  readonly env?: readonly string[];
  /** A value of that variable that is about this product; every value when absent. */
  readonly envValue?: RegExp;
  /** Names of `pkg:generic/…` packages. */
  readonly generic?: readonly string[];
  /** Names of packages that a distribution builds and supports until its own end. */
  readonly distributed?: RegExp;
  /** Names of packages of the runtime's own makers, for any distribution; a group may hold the version. */
  readonly vendor?: RegExp;
}

/** The name alone says whose package it is only for some; these marks in a version say it for the rest. */
export const vendorVersion = /nodesource|deb\.sury\.org|~(?:bookworm|bullseye|buster|trixie|jammy|noble|focal)$|\.ngx$/;

export const runtimes: readonly Runtime[] = [
  {
    product: 'nodejs',
    env: ['NODE_VERSION'],
    generic: ['node', 'nodejs'],
    distributed: /^nodejs(?:\d{2})?(?:-current|-lts)?$/,
  },
  {
    product: 'python',
    env: ['PYTHON_VERSION'],
    generic: ['python', 'cpython'],
    distributed: /^python(?:\d(?:\.?\d+)?)?(?:-minimal|-libs)?$/,
  },
  {
    product: 'eclipse-temurin',
    env: ['JAVA_VERSION'],
    envValue: /^(?!.*openj9)/i,
    vendor: /^temurin-(\d+)-(?:jdk|jre)$/,
    distributed: /^(?:openjdk-?(\d+)(?:-j[dr][ke](?:-headless|-base)?)?|java-(\d[\d.]*)-openjdk(?:-headless)?)$/,
  },
  { product: 'ibm-semeru', env: ['JAVA_VERSION'], envValue: /openj9/i },
  { product: 'amazon-corretto', vendor: /^java-(\d[\d.]*)-amazon-corretto/ },
  { product: 'azul-zulu', vendor: /^zulu-?(\d+)/ },
  { product: 'microsoft-build-of-openjdk', vendor: /^msopenjdk-(\d+)$/ },
  { product: 'bellsoft-liberica', vendor: /^bellsoft-java(\d+)/ },
  { product: 'go', env: ['GOLANG_VERSION'], generic: ['go'] },
  {
    product: 'php',
    env: ['PHP_VERSION'],
    generic: ['php', 'php-cli', 'php-fpm'],
    distributed: /^php(?:\d(?:\.?\d)?)?(?:-common|-cli|-fpm)?$/,
  },
  { product: 'ruby', env: ['RUBY_VERSION'], generic: ['ruby'], distributed: /^ruby(?:\d\.\d)?$/ },
  {
    product: 'dotnet',
    env: ['DOTNET_VERSION', 'ASPNET_VERSION'],
    generic: ['dotnet'],
    vendor: /^dotnet-runtime-(\d+\.\d+)$/,
    distributed: /^dotnet\d+-runtime$/,
  },
  { product: 'nginx', env: ['NGINX_VERSION'], generic: ['nginx'], distributed: /^nginx$/ },
  { product: 'apache-http-server', env: ['HTTPD_VERSION'] },
  { product: 'tomcat', env: ['TOMCAT_VERSION'] },
  { product: 'postgresql', env: ['PG_VERSION'], generic: ['postgresql'] },
  { product: 'mysql', env: ['MYSQL_VERSION'] },
  { product: 'mariadb', env: ['MARIADB_VERSION'] },
  { product: 'mongodb', env: ['MONGO_VERSION'] },
  { product: 'redis', env: ['REDIS_VERSION'], generic: ['redis'] },
  { product: 'rabbitmq', env: ['RABBITMQ_VERSION'] },
];
