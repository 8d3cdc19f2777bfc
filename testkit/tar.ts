export { type TarContent, writeTar } from '#formats/layers/index.ts';
